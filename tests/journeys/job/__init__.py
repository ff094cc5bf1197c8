"""The main job, chapter by chapter: one joint tender of six councils, and each council's own decision."""
