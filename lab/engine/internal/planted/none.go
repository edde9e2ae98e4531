//go:build !planted_unsynced && !planted_unsent

// Package planted names the defect of a build that has one, so that every result of it does. Such builds exist for the
// checkers to be seen to find it; a build tag makes each.
package planted

// Suffix is what a build with a defect adds to its version; this one has none.
const Suffix = ""
