using TorchSharp;
using static TorchSharp.torch;

/// <summary>The step's model as one writes it with TorchSharp: its modules, its loss, its Adam, defaults everywhere.</summary>
internal sealed class PlainVae : nn.Module<Tensor, Tensor>
{
    private const int Pixels = 784;
    private const int Hidden = 300;
    private const int Latent = 40;

    private readonly nn.Module<Tensor, Tensor> _encoder;
    private readonly nn.Module<Tensor, Tensor> _mean = nn.Linear(Hidden, Latent);
    private readonly nn.Module<Tensor, Tensor> _logVar = nn.Linear(Hidden, Latent);
    private readonly nn.Module<Tensor, Tensor> _decoder;

    public PlainVae(string activation)
        : base(nameof(PlainVae))
    {
        nn.Module<Tensor, Tensor> Act() => activation switch
        {
            "softplus" => nn.Softplus(),
            "relu" => nn.ReLU(),
            "tanh" => nn.Tanh(),
            "leaky_relu" => nn.LeakyReLU(0.1),
            _ => throw new ArgumentException($"'{activation}' is none of softplus, relu, tanh, leaky_relu.", nameof(activation)),
        };
        _encoder = nn.Sequential(nn.Linear(Pixels, Hidden), Act(), nn.Linear(Hidden, Hidden), Act());
        _decoder = nn.Sequential(nn.Linear(Latent, Hidden), Act(), nn.Linear(Hidden, Hidden), Act(), nn.Linear(Hidden, Pixels));
        RegisterComponents();
    }

    /// <summary>Negative ELBO of a batch, averaged over its images.</summary>
    /// <param name="x">[B, 784].</param>
    public override Tensor forward(Tensor x)
    {
        var h = _encoder.forward(x);
        var (mean, logVar) = (_mean.forward(h), _logVar.forward(h));
        var z = mean + (logVar * 0.5).exp() * randn_like(mean);
        var distortion = nn.functional.binary_cross_entropy_with_logits(_decoder.forward(z), x, reduction: nn.Reduction.Sum);
        var kl = 0.5 * (logVar.exp() + mean.square() - 1 - logVar).sum();
        return (distortion + kl) / x.size(0);
    }
}
