/** Holds off the computer's sleep, in which no callback arrives. The screen may go dark. */
import { powerSaveBlocker } from 'electron';

/** @returns to be called after each change of the settings. The system forgets it when the app ends. */
export function followKeepAwake(keepsAwake: () => boolean): () => void {
  let held: number | null = null;
  const follow = (): void => {
    if (keepsAwake() === (held !== null)) return;
    if (held === null) {
      held = powerSaveBlocker.start('prevent-app-suspension');
    } else {
      powerSaveBlocker.stop(held);
      held = null;
    }
  };
  follow();
  return follow;
}
