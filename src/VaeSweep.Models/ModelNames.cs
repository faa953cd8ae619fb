using VaeSweep.Models.Decoders;
using VaeSweep.Models.Families;
using VaeSweep.Models.Layers;
using VaeSweep.Models.Objectives;
using VaeSweep.Models.Posteriors;
using VaeSweep.Models.Priors;

namespace VaeSweep.Models;

/// <summary>Every name that a model configuration may use and that is built in this version, in the order of
/// registration.</summary>
public static class ModelNames
{
    public static IReadOnlyList<string> Families => FamilyKinds.Registry.Names;
    public static IReadOnlyList<string> Activations => ActivationKinds.Registry.Names;
    public static IReadOnlyList<string> Initialisations => InitialisationKinds.Registry.Names;
    public static IReadOnlyList<string> Decoders => DecoderKinds.Registry.Names;
    public static IReadOnlyList<string> Priors => PriorKinds.Registry.Names;
    public static IReadOnlyList<string> Posteriors => PosteriorKinds.Registry.Names;
    public static IReadOnlyList<string> EncoderHeads => EncoderHeadKinds.Registry.Names;
    public static IReadOnlyList<string> PseudoInputStarts => PseudoInputs.InitKinds.Names;
    public static IReadOnlyList<string> FreeBitsForms => FreeBitsKinds.Registry.Names;
    public static IReadOnlyList<string> Bounds => BoundKinds.Registry.Names;
}
