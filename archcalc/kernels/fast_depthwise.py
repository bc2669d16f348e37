def suits(weight, groups):
    return False
