//go:build planted_unsent

package planted

// Suffix names the build that sends a command to another partition once and never again.
const Suffix = "-planted-unsent"
