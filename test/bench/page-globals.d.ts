/** What the gallery's measurement leaves in the page, see `gallery.mjs`. */
declare global {
  var benchSeen: { firstCardMs: number; longestMs: number };
  var benchScroller: () => HTMLElement;
  var benchJump: (part: number) => Promise<number>;
}
export {};
