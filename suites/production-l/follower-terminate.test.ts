import '../production-m/follower-terminate.test.ts';
