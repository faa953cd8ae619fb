namespace VaeSweep.Torch;

/// <summary>A step of Adam in TorchSharp's operations, for devices and types that the kernels do not reach. Nothing is read back
/// to the host, so that it need not wait.</summary>
internal static class AdamOperations
{
    public static void Step(IReadOnlyList<AdamSlot> slots, AdamSettings s)
    {
        var trials = s.Steps.size(0);
        var gradients = slots.Select(slot => slot.Gradient.reshape(trials, -1)).ToArray();
        var squares = gradients.Select(g => g.to(ScalarType.Float64).square().sum(dim: 1)).ToArray();
        s.Norm.copy_(torch.stack(squares).sum(dim: 0).sqrt());
        s.Steps.add_(1);
        var one = ones_like(s.Clip);
        var clip = torch.where(s.Clip.gt(0), (s.Clip / (s.Norm + 1e-6)).minimum(one), one);
        var correct1 = 1 - s.Beta1.pow(s.Steps);
        var correct2 = (1 - s.Beta2.pow(s.Steps)).sqrt();
        var rate = s.Rate / correct1 * torch.where(s.Hat.gt(0), correct2, one);
        var root = torch.where(s.Hat.gt(0), one, correct2.reciprocal());
        // Where entries are not clipped the bound is infinite.
        var most = torch.where(s.ClipEntries.gt(0), s.ClipEntries, full_like(s.ClipEntries, double.PositiveInfinity));
        for (var i = 0; i < slots.Count; i++)
        {
            var (type, slot) = (slots[i].Parameter.dtype, slots[i]);
            Tensor Along(Tensor t) => t.to(type).unsqueeze(1);
            var scale = s.Shapes ? torch.where(s.Normalise.gt(0), (squares[i].sqrt() + s.Normalise).reciprocal(), clip) : clip;
            var g = gradients[i] * Along(scale);
            if (s.Shapes)
            {
                // Minimum and maximum pass a NaN on.
                g = g.minimum(Along(most)).maximum(Along(most).neg());
            }

            var (first, second) = (slot.First.view(trials, -1), slot.Second.view(trials, -1));
            first.add_((g - first) * Along(1 - s.Beta1));
            second.mul_(Along(s.Beta2)).add_(g * g * Along(1 - s.Beta2));
            slot.Parameter.detach().view(trials, -1)
                .sub_((first * Along(rate)).div_((second.sqrt() * Along(root)).add_(Along(s.Eps))));
        }
    }
}
