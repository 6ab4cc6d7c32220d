/** A binary heap: the first in order is at hand, and adding or taking one costs the logarithm of how many there are. */
export interface Heap<T> {
  readonly size: number;
  peek(): T | undefined;
  push(item: T): void;
  pop(): T | undefined;
  /** Takes out all that match, in no order; costs as much as the heap is large. */
  take(which: (item: T) => boolean): readonly T[];
}

/** @param isBefore A strict order. What it looks at must not change while the item is in the heap. */
export function createHeap<T>(isBefore: (a: T, b: T) => boolean): Heap<T> {
  let items: T[] = [];

  /** Lets `item` sink from `index` until nothing below it comes before it. */
  function sink(item: T, index: number): void {
    let at = index;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let child = left;
      if (right < items.length && isBefore(items[right] as T, items[left] as T)) child = right;
      if (child >= items.length || !isBefore(items[child] as T, item)) break;
      items[at] = items[child] as T;
      at = child;
    }
    items[at] = item;
  }

  return {
    get size() {
      return items.length;
    },
    peek: () => items[0],
    push(item) {
      let at = items.length;
      while (at > 0) {
        const parent = (at - 1) >>> 1;
        if (!isBefore(item, items[parent] as T)) break;
        items[at] = items[parent] as T;
        at = parent;
      }
      items[at] = item;
    },
    pop() {
      const first = items[0];
      const last = items.pop();
      if (last !== undefined && items.length > 0) sink(last, 0);
      return first;
    },
    take(which) {
      const taken: T[] = [];
      const kept: T[] = [];
      for (const item of items) (which(item) ? taken : kept).push(item);
      items = kept;
      for (let index = (items.length >>> 1) - 1; index >= 0; index -= 1) sink(items[index] as T, index);
      return taken;
    },
  };
}
