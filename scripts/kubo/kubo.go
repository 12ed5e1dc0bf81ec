//go:build tools

// Package kubo fixes the version of Kubo's command and of all its modules.
package kubo

import _ "github.com/ipfs/kubo/cmd/ipfs"
