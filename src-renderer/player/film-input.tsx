import type { Ref } from 'react';

interface FilmInputProps {
  readonly ref: Ref<HTMLInputElement>;
  /** `undefined` where the person took none. */
  readonly onFile: (file: File | undefined) => void;
}

/** Opened by a button beside it, which is what a person sees and hears. */
export function FilmInput({ ref, onFile }: FilmInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      accept="video/*,.mkv,.ts,.mxf"
      hidden
      onChange={(event) => {
        onFile(event.currentTarget.files?.[0]);
        // The same file may be chosen once more.
        event.currentTarget.value = '';
      }}
    />
  );
}
