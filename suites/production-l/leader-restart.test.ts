import '../production-m/leader-restart.test.ts';
