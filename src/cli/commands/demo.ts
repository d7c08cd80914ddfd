import type { Act, Program } from '../act.ts'

export const demoCommands = (program: Program, act: Act): Program =>
  program.command(
    'demo',
    'See it at work: a daemon, two small services, a client and a profile, in 15 seconds and one process',
    (y) => y.option('seed', { type: 'string', describe: 'Seed of its chance' }),
    (args) =>
      act(args, async (session) => {
        const { demo } = await import('../demo/demo.ts')
        return demo(session.terminal, { seed: args.seed, json: session.json })
      }),
  )
