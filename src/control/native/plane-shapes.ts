import { PLANE_STATES } from '../../contract/planes.ts'
import type { PlaneList, PlaneView } from '../../contract/planes.ts'
import { count, listOf, oneOf, orNull, ref, shape, text } from './shape-parts.ts'

/** What is answered about other planes. */
export const PLANE_SHAPES = {
  PlaneView: shape<PlaneView>(
    'A Toxiproxy server.',
    {
      name: text('Its name.'),
      toxiproxy: text('Where its API is.'),
      state: oneOf('How it stands; waiting: it has not been looked at yet.', PLANE_STATES),
      version: orNull(text('What it says it is.')),
      error: text('Why it is down, or what went wrong last.'),
      answered_at: text('When it last answered, ISO 8601.'),
      proxies: count('How many of its proxies are to be seen here, of when it last answered.'),
      toxics: orNull(count('How many toxics of ours are on them; null while it does not answer.')),
    },
    { error: true, answered_at: true },
  ),
  PlaneList: shape<PlaneList>('Planes.', { planes: listOf(ref('PlaneView')) }, {}),
} as const
