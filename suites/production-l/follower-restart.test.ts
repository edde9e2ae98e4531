import '../production-m/follower-restart.test.ts';
