/** Places in a film that the person wrote something about: lines of the note that begin with a time. */
export interface Marker {
  readonly seconds: number;
  readonly text: string;
}

const line = /^\s*(?:(\d{1,2}):)?(\d{1,2}):(\d{2}(?:[.,]\d{1,3})?)\s+(\S.*)$/;

/** `0:01.63 The boat jumps` is one. In the order of the film. */
export function markersOf(note: string | undefined): readonly Marker[] {
  return (note ?? '')
    .split(/\r?\n/)
    .flatMap((each) => {
      const [, hours = '0', minutes = '0', seconds = '0', text = ''] = line.exec(each) ?? [];
      if (text === '') return [];
      return [
        { seconds: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.')), text: text.trim() },
      ];
    })
    .sort((a, b) => a.seconds - b.seconds);
}
