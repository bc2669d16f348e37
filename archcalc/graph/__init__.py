"""The plain, frozen data that everything above shares: tensors, ops, graphs, tables."""
