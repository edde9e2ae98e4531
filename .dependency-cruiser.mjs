/** `npm run circles`: nothing imports itself, by whatever way, neither a file nor a folder. Tests may use what they like. */
export default {
  forbidden: [
    { name: 'files-in-a-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'folders-in-a-circle', severity: 'error', scope: 'folder', from: {}, to: { circular: true } },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['node_modules', '^reports/(out|\\.mini-suites)/', '\\.test\\.ts$'] },
  },
};
