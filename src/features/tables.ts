import type { Type } from '@nestjs/common';

// Apart from the features, because the command line migrates without loading them.

/** The tables of features, which every application has. */
export const FEATURE_ENTITIES: readonly Type[] = [];

/** The migrations that make them. */
export const FEATURE_MIGRATIONS: readonly Type[] = [];
