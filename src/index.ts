/** The public surface of pacelc: what a program needs to run experiments, write strategies and judge histories. */
export { judge } from './checkers/index.ts';
export type { Judgement, Verdict } from './checkers/verdict.ts';
export type { Comparison, Fingerprint } from './experiment/determinism.ts';
export { explainTrial, firstViolation, type Violation } from './experiment/explain/explain.ts';
export { findWorkload, shippedWorkloads } from './experiment/file/find.ts';
export { ResumeError, readManifest } from './experiment/manifest.ts';
export {
  ExperimentRefusedError,
  type LeftOut,
  type MatrixOptions,
  type MatrixResult,
  type RunEvent,
  runMatrix,
} from './experiment/run.ts';
export { type RunOptions, type RunResult, run } from './experiment/session.ts';
export type {
  ClientPolicy,
  ClosedLoad,
  ExperimentSpec,
  Load,
  OpenLoad,
  RateStep,
  StrategyChoice,
} from './experiment/spec.ts';
export { loadSpec, type Overrides, parseSpec, SpecError } from './experiment/spec-file.ts';
export { runTrial, type TrialOutcome, type TrialRequest } from './experiment/trial.ts';
export type { Fault, FaultTarget } from './faults/fault.ts';
export { HistoryFileError } from './history/codecs/file-error.ts';
export { type ReadHistory, readHistory } from './history/codecs/index.ts';
export { type HistoryContext, ndjsonPieces } from './history/codecs/ndjson-writer.ts';
export { type History, historySchemaVersion, type Row, rowOf } from './history/history.ts';
export type { RecordedCall, RecordedHistory } from './history/recorded.ts';
export { Recorder } from './history/recorder.ts';
export type { TrialRecord } from './history/trial.ts';
export { compareStamps, HybridClock, type Stamp } from './kernel/clock.ts';
export type { Codec, Decoder, Encoder } from './kernel/codec.ts';
export { type Guarantee, guarantees } from './kernel/guarantee.ts';
export {
  applyTo,
  type Completion,
  type Context,
  type Key,
  type NodeId,
  type Operation,
  type OperationKind,
  operationKinds,
  type Plain,
  type RequestId,
  type Value,
} from './kernel/operation.ts';
export { majorityOf, Tally } from './kernel/quorum.ts';
export { type Random, randomStream } from './kernel/random.ts';
export type { Boot, Durable, Env, Knobs, Note, Outbox, Replica, TimerId } from './kernel/replica.ts';
export { type FaultKind, faultKinds, type Knob, type Strategy } from './kernel/strategy.ts';
export { type Micros, milliseconds, seconds } from './kernel/time.ts';
export { type ComparisonRow, summarise } from './report/comparison.ts';
export { ResultsUnwritableError } from './report/disk.ts';
export { measureTrial } from './report/measure.ts';
export type { TrialResult } from './report/result.ts';
export { findings } from './report/sentences.ts';
export type { Cluster, Gateway, Runtime } from './runtimes/cluster.ts';
export { simRuntime } from './runtimes/sim/runtime.ts';
export { threadsRuntime } from './runtimes/threads/runtime.ts';
export { type RegisteredStrategy, strategies } from './strategies/index.ts';
export type { Topology } from './topology/topology.ts';
export { workloadKinds } from './workloads/index.ts';
