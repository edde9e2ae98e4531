import '../production-m/msg-correlation.test.ts';
