"""The second derivatives of models, for those who ask for them: see `model.Model.hessian`.

Each has `clear()`, before a pass; `take()`, after the model took a sample; and `write(out)`.
"""
