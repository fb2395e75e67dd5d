import { atSecond, valueInWords } from '../../checkers/words.ts';
import type { Row } from '../../history/history.ts';
import type { FaultRecord } from '../../history/trial.ts';
import { isUpdate, keysOf, type NodeId, type Operation } from '../../kernel/operation.ts';
import type { Micros } from '../../kernel/time.ts';
import type { DrawnFault, DrawnMessage, DrawnOperation, Lane, Scene } from '../../report/space-time/scene.ts';
import type { Topology } from '../../topology/topology.ts';
import { plainText } from '../trace-words.ts';
import type { Journey } from './relevance.ts';

/** More arrows than this are a thicket. */
const mostMessages = 40;

/** What a picture of a violation is made of. */
export interface Evidence {
  /** Who broke which promise: the title. */
  readonly title: string;
  readonly sentence: string;
  /** The witness, in the order of invocation. */
  readonly rows: readonly Row[];
  readonly journeys: readonly Journey[];
  readonly faults: readonly FaultRecord[];
  readonly topology: Topology;
}

/** Lays out what a diagram shows: the witness, the messages that belong to it, and the faults of that time. */
export function sceneOf({ title, sentence, rows, journeys, faults, topology }: Evidence): Scene {
  const [from, to] = spanOf(rows);
  const inTime = journeys.filter(({ sent }) => sent.at >= from && sent.at <= to);
  const chosen = mostTelling(inTime);
  const nodes = nodesIn(rows, chosen);
  const lanes = lanesOf(rows, nodes, topology);
  const untold = inTime.length - chosen.length;
  return {
    title,
    sentence,
    remark: untold === 0 ? '' : `Not drawn: ${untold} further messages that the operations led to.`,
    lanes: lanes.lanes,
    operations: operationsOf(rows, lanes, sentence),
    messages: chosen.map((journey) => messageOf(journey, lanes, to)),
    faults: faults.flatMap((fault) => faultOf(fault, lanes, from, to)),
    from,
    to,
  };
}

/** From the first invocation to the last completion; what never completed counts up to the last invocation. */
function spanOf(rows: readonly Row[]): readonly [Micros, Micros] {
  const ends = rows.map(({ invokedAt, completedAt }) => completedAt ?? invokedAt);
  return [Math.min(...rows.map(({ invokedAt }) => invokedAt)), Math.max(...ends)];
}

/** Of those that belong to the picture alike the later ones, which are nearer to what is wrong. */
function mostTelling(journeys: readonly Journey[]): readonly Journey[] {
  const byWeight = [...journeys].sort((a, b) => b.weight - a.weight || b.sent.number - a.sent.number);
  return byWeight.slice(0, mostMessages).sort((a, b) => a.sent.number - b.sent.number);
}

function nodesIn(rows: readonly Row[], journeys: readonly Journey[]): readonly NodeId[] {
  const ofMessages = journeys.flatMap(({ sent, row }) => (row === null ? [sent.end, sent.peer] : []));
  return [...new Set([...rows.map(({ node }) => node), ...ofMessages])].sort((a, b) => a - b);
}

/** Which line of the picture is whose. */
interface Lanes {
  readonly lanes: readonly Lane[];
  readonly ofProcess: ReadonlyMap<number, number>;
  readonly ofNode: ReadonlyMap<NodeId, number>;
}

function lanesOf(rows: readonly Row[], nodes: readonly NodeId[], topology: Topology): Lanes {
  const processes = [...new Map(rows.map((row) => [row.process, row.site]))];
  const lanes: Lane[] = [
    ...processes.map(([process]): Lane => ({ name: `process ${process}`, kind: 'process' })),
    ...nodes.map((node): Lane => ({ name: topology.nodes[node]?.name ?? `node ${node}`, kind: 'node' })),
  ];
  return {
    lanes,
    ofProcess: new Map(processes.map(([process], i) => [process, i])),
    ofNode: new Map(nodes.map((node, i) => [node, processes.length + i])),
  };
}

function operationsOf(rows: readonly Row[], lanes: Lanes, sentence: string): readonly DrawnOperation[] {
  const wrong = wrongOne(rows, sentence);
  const severalKeys = new Set(rows.flatMap(({ operation }) => keysOf(operation))).size > 1;
  return rows.map((row) => ({
    lane: lanes.ofProcess.get(row.process)!,
    from: row.invokedAt,
    to: row.completion?.type === 'info' ? null : row.completedAt,
    text: deedIn(row, severalKeys),
    kind: isUpdate(row.operation.type) ? 'update' : 'read',
    wrong: row === wrong,
  }));
}

/** The read that the sentence accuses first, by its time; else the last that was answered; else the last operation. */
function wrongOne(rows: readonly Row[], sentence: string): Row | undefined {
  const seen = rows.filter(
    ({ operation, completion }) => operation.type === 'read' && completion?.type === 'ok',
  );
  const told = seen
    .map((row) => ({ row, at: sentence.indexOf(` at ${atSecond(row.invokedAt)}`) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at);
  return told[0]?.row ?? seen.at(-1) ?? rows.at(-1);
}

/** `writes 7`, `reads 5`, `adds 1 (no answer)`. */
function deedIn({ operation, completion }: Row, nameKey: boolean): string {
  const deed = verbOf(operation, completion?.type === 'ok' ? completion.value : undefined);
  const where =
    !nameKey || operation.type === 'transfer'
      ? ''
      : ` ${operation.type === 'read' ? 'from' : 'to'} ${operation.key}`;
  switch (completion?.type) {
    case 'ok':
      return `${deed}${where}`;
    case 'refused':
      return `${deed}${where} (refused)`;
    case 'fail':
      return `${deed}${where} (failed)`;
    default:
      return `${deed}${where} (no answer)`;
  }
}

function verbOf(operation: Operation, seen: Parameters<typeof valueInWords>[0]): string {
  switch (operation.type) {
    case 'read':
      return `reads ${valueInWords(seen)}`;
    case 'write':
      return `writes ${valueInWords(operation.value)}`;
    case 'add':
      return `adds ${operation.delta}`;
    case 'cas':
      return `changes ${valueInWords(operation.expected)} to ${valueInWords(operation.value)}`;
    case 'transfer':
      return `moves ${operation.amount} from ${operation.key} to ${operation.to}`;
  }
}

function messageOf({ sent, ended, row }: Journey, lanes: Lanes, until: Micros): DrawnMessage {
  const laneOf = (end: number) => lanes.ofNode.get(end) ?? lanes.ofProcess.get(row?.process ?? -1) ?? 0;
  const late = ended === null || ended.at > until;
  return {
    from: laneOf(sent.end),
    to: laneOf(sent.peer),
    sentAt: sent.at,
    endedAt: late ? null : ended.at,
    fate: late ? 'under way' : fateOf(ended.kind),
    text: nameIn(sent.detail),
    detail: row === null ? plainText(sent.detail, 400) : sent.kind,
    ofClient: row !== null,
  };
}

function fateOf(kind: string): DrawnMessage['fate'] {
  if (kind === 'lost') return 'lost';
  return kind === 'held' ? 'waits' : 'arrives';
}

/** What the strategy calls a message, where it says so. */
function nameIn(message: unknown): string {
  const type = (message as { readonly type?: unknown } | null | undefined)?.type;
  return typeof type === 'string' ? type : '';
}

function faultOf(
  { label, nodes, began, ended }: FaultRecord,
  lanes: Lanes,
  from: Micros,
  to: Micros,
): readonly DrawnFault[] {
  if (began > to || (ended !== null && ended < from)) return [];
  const struck = nodes.flatMap((node) => lanes.ofNode.get(node) ?? []);
  const lasts = ended !== null && ended <= to ? ended : null;
  return struck.length === 0
    ? []
    : [{ label, short: shortLabel(label), lanes: struck, from: began, to: lasts }];
}

/** `crash of asia-1, disk lost` → `crash, disk lost`; what lies between nodes keeps their names. */
function shortLabel(label: string): string {
  const ofNodes =
    /^(crash|restart|pause|join|leave|clock skew|clock jump|disk) of .*?(?=,| by | slow | unsynced | \(|$)/;
  return label.replace(ofNodes, '$1');
}
