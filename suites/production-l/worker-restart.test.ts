import '../production-m/worker-restart.test.ts';
