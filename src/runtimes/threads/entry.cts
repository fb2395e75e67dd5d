/**
 * What the pool loads on a thread: a promise of the host. The pool would require the module itself, and where a thread is
 * ended while Node links a module that was required, some versions of Node end the whole process (`v8::Module::IsGraphAsync
 * must be used on an instantiated module`). Modules that are imported are linked with that in mind.
 */
module.exports = import('./worker.ts').then(({ default: host }) => host);
