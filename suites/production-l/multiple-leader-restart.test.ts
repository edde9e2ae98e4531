import '../production-m/multiple-leader-restart.test.ts';
