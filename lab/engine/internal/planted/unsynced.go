//go:build planted_unsynced

package planted

// Suffix names the build that acknowledges before its log is on disk.
const Suffix = "-planted-unsynced"
