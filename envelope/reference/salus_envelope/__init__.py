"""The envelope, version 1, suite 1: a reader and writer made from its specification alone."""
