// npx sets this bit only when it sees the package for the first time; a later build would leave a command that nobody may run.
import { chmodSync } from 'node:fs';

chmodSync(new URL('../dist/cli/main.js', import.meta.url), 0o755);
