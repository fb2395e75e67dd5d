// The build starts from nothing, so that a file deleted from src never lives on in dist.
import { rmSync } from 'node:fs';

rmSync(new URL('../dist', import.meta.url), { recursive: true, force: true });
