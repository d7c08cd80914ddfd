import { defineConfig } from 'vitest/config'

export default defineConfig({ test: { include: ['test/runner/cases/failing.ts'], reporters: ['json'] } })
