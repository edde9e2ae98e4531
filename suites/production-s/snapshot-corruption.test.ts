import '../production-m/snapshot-corruption.test.ts';
