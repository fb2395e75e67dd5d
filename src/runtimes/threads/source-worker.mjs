// The pool's entry when the sources themselves run (tests, tools): a worker thread does not inherit the loader that its
// parent has, so this registers one and then loads the real entry.
import { register } from 'tsx/esm/api';

register();

const { default: host } = await import('./worker.ts');

export default host;
