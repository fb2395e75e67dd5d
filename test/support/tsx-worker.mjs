// Boots a worker thread whose module is TypeScript: `workerData.module` is its URL. Node 20 loads no TypeScript
// itself, and a `--import tsx` among a worker's arguments does not reach it.
import { workerData } from 'node:worker_threads';
import { register } from 'tsx/esm/api';

register();
await import(workerData.module);
