namespace VaeSweep.Torch;

/// <summary>Where Adam adds its epsilon. With eps = 1e-4 it matters: the first steps differ by a factor of 32.</summary>
public enum EpsilonForm
{
    /// <summary>To the bias-corrected root, as PyTorch does: m^ / (sqrt(v^) + eps).</summary>
    Torch,

    /// <summary>To the uncorrected root, as Theano, Lasagne, TensorFlow and the IWAE code do ("epsilon hat" of the
    /// paper).</summary>
    Hat,
}
