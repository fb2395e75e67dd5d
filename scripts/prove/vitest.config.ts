import { fileURLToPath } from 'node:url';
import { mergeConfig } from 'vitest/config';
import base from '../../vitest.config.ts';

/** As always, but all properties draw their cases from the seed that was printed. */
export default mergeConfig(base, {
  test: { setupFiles: [fileURLToPath(new URL('./seed.ts', import.meta.url))] },
});
