import { type Document, isSeq, isMap as isYamlMap, type Node, parseDocument, stringify } from 'yaml';
import type { Draft } from './draft.ts';

/** What a reader finds above a scenario. */
export interface Heading {
  /** Sentences, each a comment of its own. */
  readonly sentences: readonly string[];
}

/** Maps and lists that fit are written on one line, as people write them. */
const lineLength = 100;

/** A scenario as the text of a workload file, with comments that say what it shows. */
export function scenarioText(draft: Draft, { sentences }: Heading): string {
  const present = Object.fromEntries(Object.entries(draft).filter(([, part]) => part !== undefined));
  const document = parseDocument(stringify(present, { aliasDuplicateObjects: false }));
  if (isYamlMap(document.contents)) {
    for (const { value } of document.contents.items) flatten(value as Node | null, document);
  }
  const comments = sentences.flatMap((sentence) => wrapComment(sentence));
  return `${comments.join('\n')}\n${withoutPadding(document.toString({ lineWidth: 0 }))}`;
}

/** `[a, b]` beside `{ a: 1 }`, as people write them. No text of a scenario holds a bracket with a space. */
function withoutPadding(text: string): string {
  return text.replace(/\[ /g, '[').replace(/ \]/g, ']');
}

/** Puts what fits on one line; what does not is looked into. */
function flatten(node: Node | null, document: Document): void {
  if (!isYamlMap(node) && !isSeq(node)) return;
  if (JSON.stringify(node.toJS(document)).length <= lineLength) {
    node.flow = true;
    return;
  }
  for (const item of node.items)
    flatten((isYamlMap(node) ? (item as { value: Node }).value : item) as Node, document);
}

function wrapComment(sentence: string): readonly string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of sentence.split(/\s+/)) {
    if (line.length + word.length >= lineLength && line !== '#') {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}
