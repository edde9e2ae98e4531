import '../production-m/stress-cpu-on-broker.test.ts';
