/** The channels behind what the preload gives to the window. */
export const channels = {
  call: 'inbox:call',
  event: 'inbox:event',
  desktop: 'desktop:call',
} as const;
