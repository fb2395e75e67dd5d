/** What the pool loads on a thread: a promise of the function that does jobs. Why it is no module: see `threads/entry.cts`. */
module.exports = import('./worker.ts').then(({ default: work }) => work);
