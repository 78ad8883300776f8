"""What is known of the cost: the inverse Hessian as factors, and the secant pairs it is made of."""
