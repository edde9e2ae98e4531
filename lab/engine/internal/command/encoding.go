package command

import "github.com/fxamacker/cbor/v2"

// Encoding is the engine's own: the same value gives the same bytes on every replica.
var Encoding = func() cbor.EncMode {
	mode, err := cbor.CoreDetEncOptions().EncMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}()

// Decoding reads what Encoding wrote; the keys of ordered tables are texts that are not UTF-8.
var Decoding = func() cbor.DecMode {
	mode, err := cbor.DecOptions{UTF8: cbor.UTF8DecodeInvalid, MaxArrayElements: 1 << 24, MaxMapPairs: 1 << 24}.DecMode()
	if err != nil {
		panic(err) // the options are constants
	}
	return mode
}()
