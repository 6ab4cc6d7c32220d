/**
 * Chromium ends the whole program when its process for graphics has died several times: after it has fallen back to drawing
 * without the graphics card, nothing is left to fall back to. The inbox takes callbacks with no picture at all, and whatever
 * broke there (a driver, a display that was switched) is often well again a minute later.
 */
import { app } from 'electron';

/** Must be called before the first window is made. */
export function outliveGraphics(): void {
  app.on('child-process-gone', (_event, { type }) => {
    // Not before: the same switch keeps it from giving up the graphics card. Chromium reads it at each death.
    if (type !== 'GPU' || app.getGPUFeatureStatus().gpu_compositing !== 'disabled_software') return;
    app.commandLine.appendSwitch('disable-gpu-process-crash-limit');
  });
}
