import { aimedFaultSchema, profileSchema } from '../src/experiment/profile-schema.ts'
import type { Generated } from './gen.ts'

/** What editors check a profile against; the daemon's own judgement says more. */
export function profileSchemaFile(): Generated {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A chaos profile of faultline',
    ...profileSchema(aimedFaultSchema()),
  }
  return { path: 'config/schema/profile.schema.json', text: JSON.stringify(schema) }
}
