//go:build tools

// Package kubo pins Kubo's command and all that it is built from.
package kubo

import _ "github.com/ipfs/kubo/cmd/ipfs"
