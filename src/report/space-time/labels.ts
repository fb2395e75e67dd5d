/** A rectangle in a picture. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Keeps account of what is written where, so that nothing is written over something else. */
export class LabelPlaces {
  readonly #taken: Box[] = [];

  take(box: Box): void {
    this.#taken.push(box);
  }

  /** Takes the first of some places that is free; undefined where none is. */
  firstFree(places: readonly Box[]): Box | undefined {
    const free = places.find((place) => this.#taken.every((taken) => !overlap(taken, place)));
    if (free !== undefined) this.take(free);
    return free;
  }
}

function overlap(a: Box, b: Box): boolean {
  return (
    a.left < b.left + b.width &&
    b.left < a.left + a.width &&
    a.top < b.top + b.height &&
    b.top < a.top + a.height
  );
}
