import '../production-m/leader-terminate.test.ts';
