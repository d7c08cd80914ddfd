import type { Act, Program } from '../act.ts'
import { countText } from '../count-text.ts'

export const planeCommands = (program: Program, act: Act): Program =>
  program.command(
    'planes',
    'Toxiproxy servers that are driven (setting planes), and how each stands',
    (y) => y,
    (args) =>
      act(args, async (session) => {
        const answer = await session.client.planes()
        session.show(answer, () =>
          session.table(
            ['PLANE', 'TOXIPROXY', 'STATE', 'VERSION', 'PROXIES', 'TOXICS', 'ERROR'],
            answer.planes.map(({ name, toxiproxy, state, version, proxies, toxics, error }) => [
              name,
              toxiproxy,
              state,
              version ?? '-',
              String(proxies),
              countText(toxics),
              error ?? '-',
            ]),
          ),
        )
      }),
  )
