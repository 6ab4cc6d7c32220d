interface Size {
  readonly width: number;
  readonly height: number;
}

interface Box extends Size {
  readonly left: number;
  readonly top: number;
}

const gap = 6;
const edge = 4;

/** Above its button and centred on it, below where there is no room above, and never out of the window. */
export function placeTooltip(anchor: Box, tip: Size, page: Size): { readonly left: number; readonly top: number } {
  const above = anchor.top - gap - tip.height;
  const centred = anchor.left + (anchor.width - tip.width) / 2;
  return {
    left: Math.round(Math.max(edge, Math.min(centred, page.width - edge - tip.width))),
    top: Math.round(above >= edge ? above : anchor.top + anchor.height + gap),
  };
}
