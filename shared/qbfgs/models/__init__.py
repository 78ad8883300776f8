"""Models that learn from samples: objectives for the optimiser, in integers.

    samples = Samples(source, inputs, target, scaling)    what is learnt from
    model = Logistic(samples, qp)                         an objective: n, qp, cost_scale
    o = minimize(model, model.start())

`cost(X)` makes one pass over the samples and keeps the gradient of that X, so that `gradient(X)`
after it makes none: one pass, one epoch.  `passes` counts them.  A pass keeps to words and takes no
heap.  Its sums become wide ints at its end, one for the cost and, when it is asked for, n for the
gradient: on a 32-bit board some 300 bytes a cost, and 200 a parameter more on a go.
`regrid(qp)` moves a model to another grid; `refresh()` says that the samples changed.

The cost is the sum over the samples, with cost_scale a power of two times a power of qp, so that it
resolves far less than a grid step changes it: see each model.  X holds grid integers below 2^19,
qp is 1 .. 65536; a pass of classifiers and networks has at most `qbfgs.words.sums.MOST_ROWS` rows.
"""
