// What `entry.cts` is where the sources themselves run (tests, tools): a worker thread does not inherit the loader that its
// parent has, so this registers one and then loads the real entry.
module.exports = import('tsx/esm/api')
  .then(({ register }) => {
    register();
    return import('./worker.ts');
  })
  .then(({ default: work }) => work);
