// Package raftlog keeps the replicated log of one partition in segment files.
//
// A segment is a header and a sequence of frames. A frame is what one call of Append wrote: it is written and synced as one, so
// that a process that is killed leaves at most one torn frame, at the very end of the last segment. Nothing is ever overwritten:
// a frame whose first index is not above the log's last index replaces the log from there on. Replacing a conflicting tail is
// therefore as atomic as appending.
//
// Segments are numbered from 1. A log that was replaced by a snapshot goes on in a segment with a new number, so that the segment
// with number 1 exists exactly as long as the log begins at index 1.
//
// Term, vote and the few other facts that must survive are in a small file of their own, which is replaced atomically.
package raftlog
