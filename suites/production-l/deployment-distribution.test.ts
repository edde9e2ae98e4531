import '../production-m/deployment-distribution.test.ts';
