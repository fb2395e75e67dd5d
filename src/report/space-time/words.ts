import { atSecond } from '../../checkers/words.ts';
import type { DrawnMessage, Scene } from './scene.ts';

/** For who does not see the picture. */
export function descriptionOf({ lanes, operations, faults, messages, sentence }: Scene): string {
  const asked = operations.map(
    ({ lane, text, from }) => `${lanes[lane]!.name} ${text} (from ${atSecond(from)})`,
  );
  const struck = faults.map(({ label, from }) => `${label} from ${atSecond(from)}`);
  return `${sentence} Shown: ${[...asked, ...struck].join('; ')}; ${messages.length} messages.`;
}

/** How to read what this picture has. */
export function legendOf({ messages, remark }: Scene): string {
  const has = (fate: DrawnMessage['fate']) => messages.some((message) => message.fate === fate);
  return [
    'Time runs from left to right, not to scale.',
    has('under way') ? 'Dashed messages had not arrived yet.' : '',
    has('lost') ? 'Messages that end in a cross were lost.' : '',
    has('waits') ? 'Dashed messages with a head reached a node that slept.' : '',
    remark,
  ]
    .filter((words) => words !== '')
    .join(' ');
}
