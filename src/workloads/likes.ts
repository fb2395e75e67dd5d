import { z } from 'zod';
import type { Add, Read } from '../kernel/operation.ts';
import { zipfian } from './distributions.ts';
import { Draws } from './draws.ts';
import { count, number, share } from './fields.ts';
import type { Workload, WorkloadKind } from './workload.ts';

const parameters = z.strictObject({
  tweets: count(1, 1_000_000, 'How many tweets there are; `tweet:0` is the hot one.').default(1_000),
  hot: share('The share of all operations that goes to the hot tweet.').prefault('50%'),
  likes: share('The share of operations that are likes; the others view the count of likes.').prefault('50%'),
  skew: number(
    0,
    5,
    "The exponent of Zipf's law by which the other operations choose among the other tweets; 0 is uniform.",
  ).default(0.99),
});

type LikesParameters = z.output<typeof parameters>;

/** One tweet goes viral: likes add 1 to a tweet's count, views read it. */
export const likes: WorkloadKind<LikesParameters> = {
  name: 'likes',
  summary:
    'likes add 1 to the count of a tweet and views read it; one tweet is hot, the others form a long tail',
  increments: 'likes',
  parameters,
  create: createLikes,
};

const drawsPerOperation = 3;

function createLikes({ tweets, hot, likes: likeShare, skew }: LikesParameters, seed: string): Workload {
  const draws = new Draws(seed, 'likes', drawsPerOperation);
  const keys = Array.from({ length: tweets }, (_, i) => `tweet:${i}`);
  // The same few operations are asked again and again, so they are made once.
  const likesOf = keys.map((key): Add => ({ type: 'add', key, delta: 1, floor: null }));
  const viewsOf = keys.map((key): Read => ({ type: 'read', key }));
  const tail = tweets > 1 ? zipfian(tweets - 1, skew) : null;
  const operation = (stream: number, index: number) => {
    const isHot = tail === null || draws.at(stream, index, 1) < hot;
    const tweet = isHot ? 0 : 1 + tail.pick(draws.at(stream, index, 2));
    return (draws.at(stream, index, 0) < likeShare ? likesOf[tweet] : viewsOf[tweet])!;
  };
  return { kinds: ['add', 'read'], operation, initial: [], conservedTotal: null };
}
